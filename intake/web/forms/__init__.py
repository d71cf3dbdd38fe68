"""The forms of the pages, one subject a file: fields, limits, and words that say cause and cure."""
