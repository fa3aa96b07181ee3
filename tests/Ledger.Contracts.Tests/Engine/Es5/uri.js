[encodeURIComponent('a b&c/d?e=\u00e9'), decodeURIComponent('%E4%BD%A0'), encodeURI('http://x/y z')].join('|');
