"""Personal data: masked before it is stored, encrypted where it must be kept, removed in time."""
