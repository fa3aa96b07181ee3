new RegExp('(a)?'.repeat(300)).exec('a'.repeat(300)).length;
