const s = new Set([0]); for (const k of s) { s.delete(k); s.add(k + 1); }
