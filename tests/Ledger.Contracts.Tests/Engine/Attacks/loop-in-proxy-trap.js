new Proxy({}, { has() { for (;;); } }) && 'x' in new Proxy({}, { has() { for (;;); } });
