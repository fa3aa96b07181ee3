using System.Globalization;

namespace Ledger.Contracts.Tests.Engine;

/// <summary>
/// Draws expressions of ECMAScript 5 from a seed: operators, conversions, and what is built in for numbers, texts and
/// lists. None of them depends on the host, the time, the locale, or on how a transcendental function rounds.
/// </summary>
internal sealed class RandomExpression
{
    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "-1", "2", "3", "7", "-5", "10", "16", "31", "32", "33", "100", "255", "-255", "0.5",
        "-0.5", "1.5", "-2.25", "0.1", "1e3", "123456789", "2147483647", "-2147483648", "4294967295", "4294967296",
        "9007199254740991", "1e21", "1e-7",
        "NaN", "Infinity", "-Infinity",
    ];

    private static readonly string[] Texts =
    [
        "''", "'a'", "'b'", "'abc'", "'Hello'", "'hello world'", "'a,b,,c'", "'  x '", "'0'", "'-1'", "'12'",
        "'1.5e2'", "'0x1F'",
        "'Infinity'", "'abcabc'", "'\\u00e9'", "'\\u6f22\\u5b57'", "'\\n'", "'\"'", "'true'", "'null'",
    ];

    private static readonly string[] Arithmetic = ["+", "-", "*", "/", "%"];
    private static readonly string[] Bits = ["&", "|", "^", "<<", ">>", ">>>"];
    private static readonly string[] Comparisons = ["<", "<=", ">", ">=", "==", "!=", "===", "!=="];
    private static readonly string[] Roundings = ["abs", "floor", "ceil", "round"];
    private static readonly string[] Patterns =
        ["/a/", "/b+/", "/[a-c]+/g", "/^\\s*(.)/", "/o|l/g", "/(\\d+)/", "/B/i", "/$/"];

    // Of a variable that is in scope within a function of a list.
    private readonly Stack<string> _variables = new();
    private readonly Random _random;

    // Without what Jint is known to get wrong: operators on bits, arithmetic on undefined, prefixes of numbers,
    // rounding, what is in an empty text; and "in", which throws an exception of .NET for an empty name.
    private readonly bool _forJint;

    private RandomExpression(Random random, bool forJint) => (_random, _forJint) = (random, forJint);

    /// <summary>The expressions of a seed.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="count">How many.</param>
    /// <param name="forJint">Without what <see cref="Es5AgreementTests.Flaws"/> has.</param>
    public static string[] Draw(int seed, int count, bool forJint)
    {
        var drawn = new RandomExpression(new Random(seed), forJint);
        return [.. Enumerable.Range(0, count).Select(_ => drawn.Any(4))];
    }

    /// <summary>
    /// A program whose value has a line for each expression: its value with its type, or the name of what it threw.
    /// </summary>
    public static string Program(IEnumerable<string> expressions) =>
        """
        var lines = [];
        function escaped(s) {
          var t = '';
          for (var i = 0; i < s.length; i++) {
            var c = s.charCodeAt(i);
            t += c < 32 || c > 126 ? '{' + c + '}' : s.charAt(i);
          }
          return t;
        }
        function shown(v) {
          if (typeof v === 'number') return v === 0 && 1 / v < 0 ? '-0' : '' + v;
          if (typeof v === 'string') return '"' + escaped(v) + '"';
          if (v === null || typeof v !== 'object') return '' + v;
          var t = [];
          for (var i = 0; i < v.length; i++) t.push(i in v ? shown(v[i]) : 'hole');
          return '[' + t.join(' ') + ']';
        }
        function tried(f) {
          try { lines.push(shown(f())); } catch (e) { lines.push('throws ' + e.name); }
        }
        """ + string.Concat(expressions.Select(e => $"tried(function () {{ return {e}; }});\n")) + "lines.join('\\n');";

    /// <summary>A program that evaluates one more expression, where one of <see cref="Program"/> ran.</summary>
    public static string Again(string expression) => $"lines = []; tried(function () {{ return {expression}; }}); lines[0];";

    private string Any(int depth) => _random.Next(5) switch
    {
        0 or 1 => Number(depth),
        2 => Text(depth),
        3 => Boolean(depth),
        _ => List(depth),
    };

    private string Number(int depth)
    {
        if (depth == 0 || _random.Next(6) == 0)
            return _variables.Count > 0 && _random.Next(2) == 0 ? _variables.Peek() : $"({One(Numbers)})";
        depth--;
        return _random.Next(16) switch
        {
            0 or 1 => $"({Number(depth)} {One(Arithmetic)} {Number(depth)})",
            2 => $"({Number(depth)} {One(_forJint ? Arithmetic : Bits)} {Number(depth)})",
            3 => $"({Scalar(depth)} {One(Arithmetic[1..])} {Scalar(depth)})",
            4 => $"(- {Number(depth)})",
            5 => $"({(_forJint ? '-' : '~')} {Scalar(depth)})",
            6 => $"(+ {Scalar(depth)})",
            7 => $"Math.{One(_forJint ? Roundings[..3] : Roundings)}({Scalar(depth)})",
            8 => $"Math.{(_random.Next(2) == 0 ? "min" : "max")}({Number(depth)}, {Scalar(depth)})",
            9 => $"{Text(depth)}.length",
            10 => $"{(_forJint ? "'-'.concat" : "")}({Text(depth)})"
                + $".{(_random.Next(2) == 0 ? "indexOf" : "lastIndexOf")}({Text(depth)})",
            11 => $"{Text(depth)}.charCodeAt({Number(depth)})",
            // Short ones: what more than 20 digits give is left to the implementation.
            12 => $"parseInt({Text(depth)}.substring(0, 9), {(_forJint ? "16" : One(["10", "16", "2", "36"]))})",
            13 => $"{List(depth)}.length",
            14 => $"{List(depth)}.{(_random.Next(2) == 0 ? "indexOf" : "lastIndexOf")}({Scalar(depth)})",
            _ => $"({Boolean(depth)} ? {Number(depth)} : {Number(depth)})",
        };
    }

    private string Text(int depth)
    {
        if (depth == 0 || _random.Next(6) == 0) return One(Texts);
        depth--;
        return _random.Next(14) switch
        {
            0 or 1 => $"({Text(depth)} + {Scalar(depth)})",
            2 => $"{Text(depth)}.slice({Number(depth)}, {Number(depth)})",
            3 => $"{Text(depth)}.substring({Number(depth)}, {Number(depth)})",
            4 => $"{Text(depth)}.slice({Number(depth)})",
            5 => $"{Text(depth)}.substring({Number(depth)})",
            6 => $"{Text(depth)}.charAt({Number(depth)})",
            7 => $"{Text(depth)}.{(_random.Next(2) == 0 ? "toUpperCase" : "toLowerCase")}()",
            8 => $"{Text(depth)}.replace({(_random.Next(2) == 0 ? One(Patterns) : Text(depth))}, '<$&>')",
            9 => $"{Text(depth)}.trim()",
            10 => $"String({Scalar(depth)})",
            11 => $"(typeof {Any(depth)})",
            12 => $"{List(depth)}.join({Text(depth)})",
            _ => $"{Text(depth)}.concat({Scalar(depth)}, {Scalar(depth)})",
        };
    }

    private string Boolean(int depth)
    {
        if (depth == 0) return _random.Next(2) == 0 ? "true" : "false";
        depth--;
        return _random.Next(7) switch
        {
            0 or 1 => $"({Scalar(depth)} {One(Comparisons)} {Scalar(depth)})",
            2 => $"(!{Any(depth)})",
            3 => $"({Boolean(depth)} {(_random.Next(2) == 0 ? "&&" : "||")} {Boolean(depth)})",
            4 => $"isNaN({Scalar(depth)})",
            5 => $"{One(Patterns)}.test({Text(depth)})",
            _ => _forJint ? $"isNaN({Number(depth)})" : $"({Number(depth)} in {List(depth)})",
        };
    }

    private string List(int depth)
    {
        if (depth <= 1) return One(["[]", "[1, 2, 3]", "['b', 'a', 'c']", "[3, 20, 100, -1]", "[0, '', null, undefined]"]);
        depth--;
        switch (_random.Next(10))
        {
            case 0: return $"[{Scalar(depth)}, {Scalar(depth)}]";
            case 1: return $"{List(depth)}.slice({Number(depth)}, {Number(depth)})";
            case 2: return $"{List(depth)}.concat({Any(depth)})";
            case 3: return $"{List(depth)}.reverse()";
            case 4: return $"{List(depth)}.sort()";
            case 5: return $"{Text(depth)}.split({Text(depth)})";
            case 6: return $"{List(depth)}.splice({Number(depth)}, {Number(depth)})";
            case 7: return $"{Text(depth)}.match({One(Patterns)})";
            default:
                var list = List(depth);
                var variable = $"v{_variables.Count}";
                _variables.Push(variable);
                var body = _random.Next(2) == 0 ? Scalar(depth) : Boolean(depth);
                _variables.Pop();
                return $"{list}.{One(["map", "filter"])}(function ({variable}) {{ return {body}; }})";
        }
    }

    private string Scalar(int depth) => _random.Next(8) switch
    {
        0 or 1 or 2 => Number(depth),
        3 or 4 => Text(depth),
        5 => Boolean(depth),
        6 => "null",
        _ => _forJint ? "NaN" : "undefined",
    };

    private string One(string[] of) => of[_random.Next(of.Length)].ToString(CultureInfo.InvariantCulture);
}
