let n = 0; for (let i = 1; i < 1e6; i++) n += (1 / i).toString(3).length; n;
