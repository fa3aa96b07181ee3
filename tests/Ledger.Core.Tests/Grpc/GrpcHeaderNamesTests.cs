using Ledger.Core.Grpc;

namespace Ledger.Core.Tests.Grpc;

public sealed class GrpcHeaderNamesTests
{
    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("application/grpc; charset=utf-8", true)]
    [InlineData("Application/gRPC", true)]
    [InlineData("application/grpc+json", false)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/grpc-web+proto", false)]
    [InlineData("application/json", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_protobuf_over_grpc_is_grpc(string? type, bool expected) =>
        Assert.Equal(expected, GrpcHeaderNames.IsGrpcContentType(type));

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("identity, deflate, gzip", true)]
    [InlineData("identity,GZIP,", true)]
    [InlineData("xgzip", false)]
    [InlineData("identity", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void An_encoding_is_found_in_a_list(string? list, bool expected) =>
        Assert.Equal(expected, GrpcHeaderNames.Accepts(list, "gzip"));
}
