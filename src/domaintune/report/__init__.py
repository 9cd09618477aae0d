"""Write one self-contained page: what ran, on what, what was lost, and what was gained."""
