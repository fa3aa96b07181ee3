// expects "720,720,cdbeaf,badcfe"
function* permute(a, n = a.length) { if (n <= 1) yield a.join(''); else for (let i = 0; i < n; i++) { yield* permute(a, n - 1); const j = n % 2 ? 0 : i; [a[n - 1], a[j]] = [a[j], a[n - 1]]; } } const all = [...permute([...'abcdef'])]; [all.length, new Set(all).size, all[100], all.at(-1)].join();
