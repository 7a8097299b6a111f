"""A camera without hardware: a process that comes in by the same door as a browser."""
