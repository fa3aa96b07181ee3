let o = {}; for (let i = 0; i < 2e5; i++) o = Object.create(o); let n = 0; for (;;) n += o.missing ?? 1;
