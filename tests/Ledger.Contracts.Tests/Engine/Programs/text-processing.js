// expects "the120,brown40,dog40,end40,fox40,jumps40,lazy40,over40,quick40"
const words = {}; const text = 'the quick brown fox jumps over the lazy dog the end '.repeat(40); for (const w of text.trim().split(/\s+/)) words[w] = (words[w] ?? 0) + 1; Object.entries(words).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([w, n]) => w + n).join();
