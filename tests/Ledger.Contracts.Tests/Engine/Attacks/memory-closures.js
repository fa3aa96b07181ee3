let f = () => 1; for (;;) { const g = f; const big = new Array(1000).fill(0); f = () => g() + big.length; }
