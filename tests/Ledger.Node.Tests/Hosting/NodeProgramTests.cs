using Ledger.Node.Hosting;
using Ledger.Node.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ledger.Node.Tests.Hosting;

/// <summary>The web server as the process builds it.</summary>
public sealed class NodeProgramTests
{
    [Fact]
    public async Task Strangers_have_so_many_connections_and_fill_no_log_with_further_ones()
    {
        await using var app = NodeProgram.Build(
            new NodeConfig { PeerListen = "127.0.0.1:1", GrpcListen = "127.0.0.1:0", HttpListen = "127.0.0.1:0" }, null);

        var limits = app.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;
        Assert.Equal(NodeProgram.MaxConnections, limits.MaxConcurrentConnections);
        var logs = app.Services.GetRequiredService<ILoggerFactory>();
        Assert.False(logs.CreateLogger("Microsoft.AspNetCore.Server.Kestrel.Connections").IsEnabled(LogLevel.Warning));
        Assert.True(logs.CreateLogger("Microsoft.AspNetCore.Server.Kestrel").IsEnabled(LogLevel.Warning));
    }
}
