function gcd(a, b) { while (b) { var t = a % b; a = b; b = t; } return a; }
[gcd(1071, 462), gcd(17, 5), gcd(0, 9)].join();
