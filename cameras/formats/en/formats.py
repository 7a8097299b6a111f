"""English: 8:49 PM, not Django's 8:49 p.m."""

TIME_FORMAT = "g:i A"
DATE_FORMAT = "F j, Y"
DATETIME_FORMAT = "F j, Y, g:i A"
SHORT_DATETIME_FORMAT = "m/d/Y, g:i A"
