using Ledger.Contracts.Engine;

namespace Ledger.Contracts.Tests.Engine.Test262;

/// <summary>
/// All of the tests for parsers that belong to test262 (npm package test262-parser-tests): what is no program is
/// refused as one, and nothing else is. Those that the engine gets wrong are listed, and the list must stay exact.
/// </summary>
/// <remarks>
/// Programs are run, since there is no other way in: what is refused before it runs throws a SyntaxError, what a
/// program comes to beside that (most have no such variables) is of no interest.
/// </remarks>
public sealed class ParserTests
{
    private const string KnownFailures = "Test262/known-parser-failures.txt";

    // Programs that end neither by themselves nor by an error are stopped.
    private const long Gas = 30_000_000;

    private static readonly (string Folder, int Count, bool Valid)[] Folders =
        [("pass", 1981, true), ("pass-explicit", 1981, true), ("early", 668, false), ("fail", 731, false)];

    [Fact]
    public void Programs_are_accepted_and_refused_as_the_suite_says_but_for_the_known_failures()
    {
        var failures = Folders.AsParallel().AsOrdered().SelectMany(FailuresIn);

        EngineFiles.AssertGolden(KnownFailures, string.Concat(failures.Select(name => name + "\n")));
    }

    private static List<string> FailuresIn((string Folder, int Count, bool Valid) part)
    {
        var folder = Path.Combine(EngineFiles.PathOf("../js/parser-tests/node_modules/test262-parser-tests"), part.Folder);
        var files = Directory.GetFiles(folder, "*.js").Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(part.Count, files.Length);
        return EngineThread.RunBare(engine => files
            .Where(file => Accepts(engine, file) != part.Valid)
            .Select(file => $"{part.Folder}/{Path.GetFileName(file)}").ToList());
    }

    private static bool Accepts(ScriptEngine engine, string file)
    {
        var source = File.ReadAllText(file);
        var limits = EngineThread.Limits with { Gas = Gas };
        var outcome = file.EndsWith(".module.js", StringComparison.Ordinal)
            ? engine.Build(source, limits).Outcome : engine.Evaluate(source, limits);
        return outcome.Error?.Name != "SyntaxError";
    }
}
