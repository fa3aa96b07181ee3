using System.Net;
using System.Net.Sockets;
using Ledger.Client.Identity;
using Ledger.Core.Crypto;
using Ledger.Core.Membership;
using Ledger.Network;
using Ledger.Node.Api;
using Ledger.Node.Api.Callers;
using Ledger.Node.Api.Grpc;
using Ledger.Node.Contracts;
using Ledger.Node.Execution;
using Ledger.Node.Observability;
using Ledger.Node.Options;
using Ledger.Node.WebConsole;
using Ledger.Storage;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ledger.Node.Hosting;

/// <summary>The node's process: configuration, web server, and how it ends.</summary>
internal static partial class NodeProgram
{
    // docs/guide/operator/exit-codes.md
    private const int ExitConfiguration = 64;
    private const int ExitStorage = 74;
    private const int ExitDivergence = 75;
    private const int ExitFailure = 70;

    private const int MaxHeaderBytes = 16 << 10;

    // On each port. Strangers that open more cannot take the descriptors and the memory that disk and peers need.
    internal const int MaxConnections = 2048;

    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Runs a node until it is told to stop. Returns the process's exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not (["--config", _] or ["--config", _, "--role", _] or ["--role", _, "--config", _]))
        {
            await Console.Error.WriteLineAsync("usage: Ledger.Node --config node.json [--role validator|audit]")
                .ConfigureAwait(false);
            return ExitConfiguration;
        }

        try
        {
            // The fallback is for clients: a validator needs the library's speed and constant-time signing.
            Secp256k1Suite.RequireNative();
            var config = NodeConfig.Load(args[Array.IndexOf(args, "--config") + 1]);
            if (args.Length > 2) config = config.InRole(args[Array.IndexOf(args, "--role") + 1]);
            return await RunAsync(config, LoadGenesis(config)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ConfigurationException or IdentityFileException or DllNotFoundException)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitConfiguration;
        }
        catch (StorageException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message}\n{AdviceOf(e)}").ConfigureAwait(false);
            return ExitStorage;
        }
    }

    private static async Task<int> RunAsync(NodeConfig config, Genesis genesis)
    {
        var mayJoin = true;
        while (true)
        {
            try
            {
                var (end, exitCode) = await RunOnceAsync(config, genesis, mayJoin).ConfigureAwait(false);
                if (end == NodeEnd.Stopped) return exitCode;
                if (end == NodeEnd.ChainRestored) continue;
            }
            catch (JoinPendingException)
            {
                // The process was killed while it joined.
            }

            await JoinAsync(config, genesis).ConfigureAwait(false);
            // Once at most: where no snapshot is to be had, the chain itself is.
            mayJoin = false;
        }
    }

    // A host that is never started: for its services alone. The process may be killed at any time meanwhile.
    private static async Task JoinAsync(NodeConfig config, Genesis genesis)
    {
        var app = Build(config, tls: null);
        await using var disposing = app.ConfigureAwait(false);
        await NodeJoin.RunAsync(
            config, genesis, app.Services.GetRequiredService<ILoggerFactory>(),
            app.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), TimeProvider.System,
            NetworkOf(app), CancellationToken.None).ConfigureAwait(false);
    }

    private static PeerNetworkFactory NetworkOf(WebApplication app) => (identity, options) => new Libp2pNetwork(
        identity,
        options,
        app.Services.GetRequiredService<ILogger<Libp2pNetwork>>(),
        app.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(),
        TimeProvider.System);

    // The exit code counts where it has stopped, for whatever reason.
    private static async Task<(NodeEnd End, int ExitCode)> RunOnceAsync(NodeConfig config, Genesis genesis, bool mayJoin)
    {
        var tls = NodeTls.Open(config, genesis, TimeProvider.System);
        var app = Build(config, tls);
        await using var disposing = app.ConfigureAwait(false);
        if (tls is not null) tls.Logger = app.Services.GetRequiredService<ILogger<NodeTls>>();
        var node = Open(
            config,
            genesis,
            app.Services.GetRequiredService<ILoggerFactory>(),
            app.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(),
            TimeProvider.System,
            NetworkOf(app),
            mayJoin);
        await using var closing = node.ConfigureAwait(false);
        MapEndpoints(app, node, genesis, config);
        var health = app.Services.GetRequiredService<GrpcHealth>();
        health.Set("", serving: true);
        health.Set(LedgerService.Name, serving: true);
        health.Set(AuditService.Name, serving: true);

        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Ledger.Node");
        var lifetime = app.Services.GetRequiredService<IHostApplicationLifetime>();
        try
        {
            await app.StartAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new ConfigurationException($"cannot listen: {e.Message}", e);
        }

        try
        {
            return (await node.RunAsync(lifetime.ApplicationStopping).ConfigureAwait(false), 0);
        }
        catch (DivergenceException e)
        {
            LogDiverged(logger, e.Message);
            return (NodeEnd.Stopped, ExitDivergence);
        }
        catch (StorageException e)
        {
            LogStorageFailed(logger, e.Message, AdviceOf(e));
            node.AbandonDatabases();
            return (NodeEnd.Stopped, ExitStorage);
        }
        catch (Exception e) when (e is not (OperationCanceledException or ConfigurationException))
        {
            // The boundary of the process: whatever broke, a half-dead validator is worse than a dead one.
            LogFailed(logger, e);
            return (NodeEnd.Stopped, ExitFailure);
        }
        finally
        {
            // However it ended: calls must be over before the databases under them are closed.
            await app.StopAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Everything that a node answers, behind the gate that lets members through and nobody else.</summary>
    internal static void MapEndpoints(WebApplication app, INode node, Genesis genesis, NodeConfig config)
    {
        app.UseCallers(genesis, NodeOrigins.Of(config), () => node.Members);
        node.Map(app);
        app.MapGrpcHealth();
        app.MapGrpcReflection();
        app.MapGrpcUnknownMethods();
        HealthEndpoints.Map(app, node.Status);
        ConsoleEndpoints.Map(app);
        var metrics = app.MapMetrics();
        if (config.Metrics == MetricsModes.Open) metrics.AllowAnonymous();
    }

    // What the operator can do about it: docs/guide/operator/running.md, "Restore".
    private static string AdviceOf(StorageException e) => e.Fault switch
    {
        StorageFault.Corruption =>
            "What to do: the disk lost or changed bytes; 'ledger db verify' on the node's folder says which. Restore the "
            + "node on a sound disk as the operator's guide says (running.md, Restore): it fetches the chain from others.",
        StorageFault.InputOutput =>
            "What to do: see that the disk has space and lets this user write, then start the node again.",
        StorageFault.Locked => "What to do: end the other process; 'ledger status' says whether the node runs already.",
        StorageFault.Incompatible =>
            "What to do: use the genesis and the version of the program that the data folder was made with.",
        _ => "What to do: keep the data folder and the log, and ask the other members: disk or software is wrong.",
    };

    private static INode Open(
        NodeConfig config,
        Genesis genesis,
        ILoggerFactory loggers,
        System.Diagnostics.Metrics.IMeterFactory meters,
        TimeProvider time,
        PeerNetworkFactory network,
        bool mayJoin) => config.Role == NodeConfig.AuditRole
            ? AuditNode.Open(config, genesis, loggers, meters, time, network, EnginesFor(genesis))
            : LedgerNode.Open(config, genesis, loggers, meters, time, network, mayJoin, EnginesFor(genesis));

    private static ContractEngines EnginesFor(Genesis genesis)
    {
        if (genesis.Parameters.Contracts is null) return ContractEngines.None;
        try
        {
            return ContractEngines.BuiltIn;
        }
        catch (Exception e) when ((e as TypeInitializationException)?.InnerException is InvalidOperationException missing)
        {
            throw new ConfigurationException(missing.Message, e);
        }
    }

    private static Genesis LoadGenesis(NodeConfig config)
    {
        var path = config.Resolve(config.Genesis);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"genesis {path} cannot be read: {e.Message}", e);
        }

        return GenesisJson.TryParse(bytes, out var genesis, out var error)
            ? genesis
            : throw new ConfigurationException($"genesis {path}: {error}");
    }

    internal static WebApplication Build(NodeConfig config, NodeTls? tls)
    {
        // Its configuration is node.json alone. The builder would watch the folder that it was started in, and all
        // below, for changes of another: where the data folder is below, every write to a database wakes a thread.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            o.UseUtcTimestamp = true;
            o.ColorBehavior = Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled;
        });
        builder.Logging.SetMinimumLevel(Enum.Parse<LogLevel>(config.LogLevel));
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A line for each connection beyond the limit would let strangers fill the disk; kestrel's meter counts them.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel.Connections", LogLevel.Error);
        // What keeps the host from starting is said here, in one line and without a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // Subscriptions have no end of their own; a client that is cut off resumes with another node.
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddLedgerGrpc();
        builder.Services.AddLedgerMetrics();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxConcurrentUpgradedConnections = 0;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1024;
            // A token has at most 4 KiB; no other header is large.
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            kestrel.Limits.Http2.MaxRequestHeaderFieldSize = MaxHeaderBytes;
            Listen(kestrel, NodeConfig.Endpoint(config.GrpcListen), HttpProtocols.Http2, tls);
            Listen(kestrel, NodeConfig.Endpoint(config.HttpListen), HttpProtocols.Http1, tls);
        });
        return builder.Build();
    }

    private static void Listen(
        KestrelServerOptions kestrel, IPEndPoint endpoint, HttpProtocols protocols, NodeTls? tls) =>
        kestrel.Listen(endpoint, options =>
        {
            options.Protocols = protocols;
            if (tls is not null) options.UseHttps(tls.Options);
        });

    [LoggerMessage(4110, LogLevel.Critical, "This node computed something else than a quorum and stops: {Difference}")]
    private static partial void LogDiverged(ILogger logger, string difference);

    [LoggerMessage(4112, LogLevel.Critical,
        "The node cannot use its disk and stops; nothing that it acknowledged or signed is lost. {Problem} {Advice}")]
    private static partial void LogStorageFailed(ILogger logger, string problem, string advice);

    [LoggerMessage(4111, LogLevel.Critical, "The node failed and stops.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
