with ({ get x() { for (;;); } }) x;
