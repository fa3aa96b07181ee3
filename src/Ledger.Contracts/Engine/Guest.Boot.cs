using Ledger.Contracts.Engine.QuickJs;

namespace Ledger.Contracts.Engine;

/// <summary>How a new memory becomes the base image: runtime, prelude, bootstrap, freezing.</summary>
internal sealed partial class Guest
{
    /// <summary>
    /// Bytes of the engine's own stack after which a script sees <c>stack overflow</c>: about 3,000 calls deep,
    /// before the depth of <see cref="ScriptLimits.MaxDepth"/> is used up.
    /// </summary>
    public const int StackBytes = 512 << 10;

    private const int ScratchBytes = 1024;
    private static readonly ScriptLimits BootLimits =
        new(long.MaxValue, ScriptLimits.MaxMemoryPages, ScriptLimits.MaxDepth, 0);

    /// <summary>Fills a new memory.</summary>
    /// <exception cref="InvalidOperationException">The bootstrap does not evaluate.</exception>
    public GuestHandles Boot(string prelude, string? bootstrap, bool hardened)
    {
        SetLimits(null, BootLimits);
        _exports.Initialize();
        var runtime = NotZero(_exports.NewRuntime());
        _exports.SetStack(runtime, StackBytes);
        _handles = new GuestHandles
        {
            Runtime = runtime,
            Context = NotZero(_exports.NewContext(runtime)),
            Undefined = _exports.Undefined(),
            Arguments = NotZero(_exports.Allocate(4 * IScriptHost.MaxArguments)),
            Scratch = NotZero(_exports.Allocate(ScratchBytes)),
        };
        var start = Evaluate(prelude, "prelude.js", module: false);
        WriteScratch("host");
        var host = NotZero(_exports.NewFunction(_handles.Context, _handles.Scratch, reference: 1));
        var functions = Booted(Call(Booted(start, "prelude"), host), "prelude");
        _handles = Named(functions);
        if (bootstrap is not null)
        {
            var made = Booted(Evaluate(bootstrap, "bootstrap.js", module: false), "bootstrap");
            Booted(Call(_handles.Install, made), "bootstrap");
        }

        if (hardened) Booted(Call(_handles.Harden), "hardening");
        return _handles;
    }

    private GuestHandles Named(int functions)
    {
        Span<int> f = stackalloc int[GuestHandles.Functions];
        for (var i = 0; i < f.Length; i++) f[i] = NotZero(_exports.Element(_handles.Context, functions, i));
        return _handles with
        {
            Install = f[0],
            Harden = f[1],
            Bind = f[2],
            Bound = f[3],
            Run = f[4],
            Finish = f[5],
            Read = f[6],
            Watch = f[7],
            Shown = f[8],
            Describe = f[9],
            Fail = f[10],
            Parse = f[11],
        };
    }

    private int Booted(int value, string what)
    {
        if (Tag(value) != QuickJsValue.Exception) return value;
        var outcome = Thrown(value);
        throw new InvalidOperationException(
            $"the engine's {what} does not evaluate: {outcome.Error?.Message} {outcome.Error?.Stack}");
    }

    private static int NotZero(int pointer) => pointer != 0 ? pointer : throw new GuestMemoryException();
}
