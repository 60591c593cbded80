"""What both front doors call: values in, values out; nothing is drawn or printed here."""
