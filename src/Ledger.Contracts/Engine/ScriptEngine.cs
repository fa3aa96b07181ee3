using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ledger.Contracts.Engine.QuickJs;
using Ledger.Contracts.Wasm;
using Ledger.Core.Crypto;

namespace Ledger.Contracts.Engine;

/// <summary>
/// The engine: QuickJS as WebAssembly, translated to .NET code that counts gas, depth and memory (docs/spec/engine.md).
/// </summary>
/// <remarks>
/// One thread at a time, with a stack of <see cref="ScriptLimits.ThreadStackBytes"/>. Engines of one process share the
/// translated code; images of engines with the same <see cref="Id"/> are interchangeable.
/// </remarks>
public sealed class ScriptEngine : IScriptEngine
{
    /// <summary>How deep runs may lie within host calls of runs.</summary>
    public const int MaxNesting = 8;

    // Changes with anything on this side that scripts could see: charges for texts and calls, order of the steps of a
    // run.
    private const int HostVersion = 2;

    private static readonly byte[] Prelude = QuickJsBinary.ReadResource("prelude.js");

    // One for each level of nesting, made when it is first needed; at most MaxNesting.
    private readonly List<Guest> _guests = [];
    private readonly WasmImage _base;
    private readonly GuestHandles _handles;
    private int _running;

    /// <summary>Makes an engine; the first one of a process translates the binary.</summary>
    /// <exception cref="InvalidOperationException">The binary was not built in, or the bootstrap does not
    /// evaluate.</exception>
    public ScriptEngine(ScriptEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Id = IdOf(options);
        var guest = new Guest(QuickJsBinary.Code);
        _guests.Add(guest);
        _handles = guest.Boot(Encoding.UTF8.GetString(Prelude), options.Bootstrap, options.Hardened);
        _base = guest.TakeImage();
    }

    /// <inheritdoc/>
    public Hash256 Id { get; }

    /// <inheritdoc/>
    public ScriptBuild Build(string source, ScriptLimits limits)
    {
        ArgumentNullException.ThrowIfNull(source);
        WasmImage? memory = null;
        var outcome = Execute(_base, null, limits, guest =>
        {
            var built = guest.BuildModule(source);
            if (built.Status == ScriptStatus.Returned) memory = guest.TakeImage();
            return built;
        });
        return new ScriptBuild(outcome, memory is null ? null : new QuickJsImage(memory, Id));
    }

    /// <inheritdoc/>
    public ScriptOutcome Run(
        ScriptImage image, string path, string context, string argument, IScriptHost host, ScriptLimits limits)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(argument);
        ArgumentNullException.ThrowIfNull(host);
        return Execute(MemoryOf(image), host, limits, guest => guest.CallExport(path, context, argument));
    }

    /// <inheritdoc/>
    public ScriptOutcome Read(ScriptImage image, string path, ScriptLimits limits)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Execute(MemoryOf(image), null, limits, guest => guest.ReadExport(path));
    }

    /// <inheritdoc/>
    public ScriptOutcome Evaluate(string script, ScriptLimits limits)
    {
        ArgumentNullException.ThrowIfNull(script);
        return Execute(_base, null, limits, guest => guest.EvaluateScript(script));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var guest in _guests) guest.Dispose();
        _guests.Clear();
    }

    /// <summary>The hash of everything that a run could have written, as the next run finds it.</summary>
    internal Hash256 HashOfCleanMemory() => _guests[0].HashAll(_base);

    private ScriptOutcome Execute(WasmImage image, IScriptHost? host, ScriptLimits limits, Func<Guest, ScriptOutcome> run)
    {
        if (_running == MaxNesting)
        {
            var error = new ScriptError(nameof(ScriptStatus.TooDeep), null, "too many runs within runs", null);
            return new ScriptOutcome(ScriptStatus.TooDeep, null, error, 0, 0);
        }

        var bounded = Bounded(limits);
        if (_guests.Count == _running) _guests.Add(new Guest(QuickJsBinary.Code));
        var guest = _guests[_running];
        _running++;
        try
        {
            guest.Begin(image, _handles, host, bounded);
            guest.Charge((long)(image.Pages - _base.Pages) * WasmPrices.ImagePage);
            return run(guest);
        }
        catch (Exception reason) when (Guest.EndsRun(reason))
        {
            return guest.Stopped(reason);
        }
        finally
        {
            guest.End();
            _running--;
        }
    }

    // A run within a run has at most the depth that is left to the outer one: they share a stack.
    private ScriptLimits Bounded(in ScriptLimits limits)
    {
        var depth = _running == 0 ? ScriptLimits.MaxDepth : _guests[_running - 1].DepthLeft;
        return limits with
        {
            Gas = Math.Max(0, limits.Gas),
            Depth = Math.Clamp(limits.Depth, 0, depth),
            MemoryPages = Math.Min(limits.MemoryPages, ScriptLimits.MaxMemoryPages),
        };
    }

    private WasmImage MemoryOf(ScriptImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image is QuickJsImage own && own.Engine == Id) return own.Memory;
        throw new ArgumentException("the image is of another engine", nameof(image));
    }

    /// <summary>The id of an engine with these options, without making one.</summary>
    public static Hash256 IdOf(ScriptEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("ledger/engine/1\0"u8);
        hash.AppendData(QuickJsBinary.Hash.AsSpan());
        AppendNumber(hash, WasmCode.Version);
        AppendNumber(hash, HostVersion);
        AppendText(hash, Prelude);
        AppendText(hash, options.Bootstrap is null ? [] : Encoding.UTF8.GetBytes(options.Bootstrap));
        hash.AppendData([options.Hardened ? (byte)1 : (byte)0]);
        return new Hash256(hash.GetHashAndReset());
    }

    private static void AppendNumber(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void AppendText(IncrementalHash hash, ReadOnlySpan<byte> text)
    {
        AppendNumber(hash, text.Length);
        hash.AppendData(text);
    }
}
