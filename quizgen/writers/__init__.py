"""One module a format; `table` names them all."""
