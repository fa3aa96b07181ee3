using System.Diagnostics;
using System.Text.Json;
using Ledger.Contracts.Wasm;

namespace Ledger.Contracts.Tests.Wasm;

/// <summary>Runs modules in Node.js: another implementation of the same standard.</summary>
internal static class NodeOracle
{
    // Each module's exported functions are called in turn until one traps; the memory is what counts.
    private const string Script = """
        import fs from 'fs'; import crypto from 'crypto';
        const trapOf = e => {
          const m = String(e.message);
          if (!(e instanceof WebAssembly.RuntimeError)) return 'TooDeep';
          if (m.includes('by zero')) return 'DivideByZero';
          if (m.includes('unrepresentable')) return 'Arithmetic';
          if (m.includes('memory access')) return 'OutOfBounds';
          if (m.includes('unreachable')) return 'Unreachable';
          return m.includes('table index') || m.includes('function') ? 'IndirectCall' : m;
        };
        const results = [];
        for (const job of JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))) {
          const instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(job.Binary, 'base64')), {});
          const traps = [];
          for (const [name, argument] of job.Calls.map(c => c.split(' '))) {
            try { instance.exports[name](Number(argument), 0n); traps.push('None'); } catch (e) { traps.push(trapOf(e)); }
          }
          const memory = Buffer.from(instance.exports.memory.buffer);
          results.push({ Traps: traps, Pages: memory.length / 65536,
            Memory: crypto.createHash('sha256').update(memory).digest('hex'), Begin: memory.subarray(0, job.Keep).toString('base64') });
        }
        fs.writeFileSync(process.argv[3], JSON.stringify(results));
        """;

    /// <summary>A module to run.</summary>
    /// <param name="Binary">Its bytes; it exports its memory as "memory".</param>
    /// <param name="Calls">Exports to call, each with a number behind a space.</param>
    /// <param name="Keep">Bytes of memory to bring back.</param>
    internal sealed record Job(byte[] Binary, string[] Calls, int Keep = 0);

    /// <summary>What became of it.</summary>
    internal sealed record Outcome(string[] Traps, int Pages, string Memory, byte[] Begin);

    public static Outcome[] Run(IReadOnlyList<Job> jobs)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-wasm-");
        try
        {
            string PathOf(string name) => Path.Combine(folder.FullName, name);
            File.WriteAllText(PathOf("oracle.mjs"), Script);
            File.WriteAllText(PathOf("jobs.json"), JsonSerializer.Serialize(jobs));
            using var node = Process.Start(new ProcessStartInfo("node")
            {
                ArgumentList = { PathOf("oracle.mjs"), PathOf("jobs.json"), PathOf("results.json") },
                RedirectStandardError = true,
            })!;
            var complaints = node.StandardError.ReadToEnd();
            node.WaitForExit();
            Assert.True(node.ExitCode == 0, complaints);
            return JsonSerializer.Deserialize<Outcome[]>(File.ReadAllText(PathOf("results.json")))!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A trap in the words that both sides can tell apart.</summary>
    public static string NameOf(WasmTrap trap) =>
        trap is WasmTrap.IntegerOverflow or WasmTrap.InvalidConversion ? "Arithmetic" : trap.ToString();
}
