"""How dates and times are written where Django's own ways differ from those of browsers, which
write most of what the pages show."""
