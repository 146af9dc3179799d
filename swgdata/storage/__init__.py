"""What lasts: dataset files and the history database."""
