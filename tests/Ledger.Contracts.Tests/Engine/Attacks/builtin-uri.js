decodeURIComponent('%41'.repeat(1e7)).length;
