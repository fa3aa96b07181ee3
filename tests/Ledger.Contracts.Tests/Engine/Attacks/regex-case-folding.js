new RegExp('[' + '\\u{10000}-\\u{10ffff}' + ']+$', 'iu').test('\u{1f600}'.repeat(1e5) + 'a');
