"""Imports: from the accepted rows of a file to rows of the register, and back again on undo."""
