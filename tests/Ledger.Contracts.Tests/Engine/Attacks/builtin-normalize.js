'\u0344'.repeat(1e6).normalize('NFD').length;
