class Slow { static { for (;;); } }
