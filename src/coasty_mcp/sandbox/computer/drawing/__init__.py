"""Drawing with Pillow: the canvas, letters, icons and widgets of the simulated desktop."""
