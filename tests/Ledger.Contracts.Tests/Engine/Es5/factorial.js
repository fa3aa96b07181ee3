var f = 1; for (var i = 1; i <= 15; i++) f *= i; f;
