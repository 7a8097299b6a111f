"""English: 8:49 PM, not Django's 8:49 p.m.; with the narrow space that browsers put there, too."""

TIME_FORMAT = "g:i\u202fA"
DATE_FORMAT = "F j, Y"
DATETIME_FORMAT = "F j, Y, g:i\u202fA"
SHORT_DATETIME_FORMAT = "m/d/Y, g:i\u202fA"
