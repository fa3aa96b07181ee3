using System.Net;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Ledger.Core.Callers;
using Ledger.Core.Grpc;

namespace Ledger.Client.Transport;

/// <summary>Calls gRPC methods of one node over HTTP/2.</summary>
/// <remarks>
/// Safe for concurrent use; one channel per node is enough, because calls share connections and a further connection is
/// opened when the streams of the first are used up. <c>https</c> addresses use TLS, <c>http</c> addresses plain
/// HTTP/2. docs/spec/grpc-wire.md says what of gRPC is supported.
/// </remarks>
public sealed class GrpcChannel : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly GrpcChannelOptions _options;
    private readonly string _audience;

    /// <summary>Makes a channel. No connection is opened before the first call.</summary>
    /// <exception cref="ArgumentException">The address is neither http nor https.</exception>
    public GrpcChannel(Uri address, GrpcChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException("The address of a node starts with http:// or https://.", nameof(address));
        Address = address;
        _audience = CallerAudience.Of(address);
        _options = options ?? new GrpcChannelOptions();
        _http = new HttpMessageInvoker(CreateHandler(_options, address), disposeHandler: true);
    }

    /// <summary>The node's address.</summary>
    public Uri Address { get; }

    /// <summary>Calls a method with one request and one response.</summary>
    /// <exception cref="RpcException">The call failed, or its deadline passed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was set.</exception>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        GrpcCallOptions options = default,
        CancellationToken cancellation = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        using var deadline = new GrpcDeadline(options.Timeout, _options.Time, cancellation);
        try
        {
            using var response = await SendAsync(method.Path, request, deadline, options.Headers);
            using var reader = await OpenAsync(response, deadline.Token);
            var message = await reader.ReadAsync(method.ResponseParser, deadline.Token);
            // Reading on to the end is what makes the trailers available.
            var extra = message is null ? null : await reader.ReadAsync(method.ResponseParser, deadline.Token);
            if (extra is not null) throw Broken("more than one message");
            ThrowIfFailed(ReadStatus(response));
            return message ?? throw Broken("no message");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            throw GrpcFailures.Translate(e, deadline);
        }
    }

    /// <summary>
    /// Calls a method with one request and a stream of responses. Nothing is sent before the first enumeration.
    /// </summary>
    /// <remarks>
    /// Leaving the enumeration early cancels the call. A slow reader slows the node down; nothing piles up.
    /// </remarks>
    /// <exception cref="RpcException">The call failed, or its deadline passed; thrown while enumerating.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was set.</exception>
    public async IAsyncEnumerable<TResponse> ServerStreamingAsync<TRequest, TResponse>(
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        GrpcCallOptions options = default,
        [EnumeratorCancellation] CancellationToken cancellation = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        using var deadline = new GrpcDeadline(options.Timeout, _options.Time, cancellation);
        using var response = await GuardAsync(SendAsync(method.Path, request, deadline, options.Headers), deadline);
        using var reader = await GuardAsync(OpenAsync(response, deadline.Token), deadline);
        while (await GuardAsync(reader.ReadAsync(method.ResponseParser, deadline.Token), deadline) is { } message)
            yield return message;
        ThrowIfFailed(ReadStatus(response));
    }

    /// <summary>Closes the connections; running calls fail.</summary>
    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler CreateHandler(GrpcChannelOptions options, Uri address)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = options.ConnectTimeout,
            KeepAlivePingDelay = options.KeepAlive,
            KeepAlivePingTimeout = options.KeepAlive,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
        };
        handler.SslOptions.RemoteCertificateValidationCallback =
            options.ValidateServerCertificate ?? options.Trust?.CallbackFor(address);
        if (options.ClientCertificate is { } certificate) handler.SslOptions.ClientCertificates = [certificate];
        return handler;
    }

    // A node whose clock differs from ours takes no token for good; with one made by its own clock it is asked once
    // more. The request is not disposed of here: its content may be on its way still, and holds nothing but memory.
    private async ValueTask<HttpResponseMessage> SendAsync(
        string path, IMessage message, GrpcDeadline deadline, IReadOnlyList<KeyValuePair<string, string>>? headers)
    {
        for (var isSecond = false; ; isSecond = true)
        {
            var token = await TokenAsync(deadline.Token);
            var request = CreateRequest(path, message, token, deadline.Timeout, headers);
            var response = await _http.SendAsync(request, deadline.Token);
            if (isSecond || ClockOfRefusal(response) is not { } time || _options.Credentials is not { } credentials
                || !credentials.AdjustClock(_audience, time))
            {
                return response;
            }

            response.Dispose();
        }
    }

    // The node's time, when it refuses a token for its times.
    private static DateTimeOffset? ClockOfRefusal(HttpResponseMessage response)
    {
        if (Header(response.Headers, GrpcHeaderNames.Status) is null) return null;
        if (response.Headers.Date is not { } time) return null;
        var reason = ReadStatus(response).Reason;
        return reason == CallerFault.TokenExpired.WireName() || reason == CallerFault.TokenNotYetValid.WireName()
            ? time
            : null;
    }

    // Empty without credentials.
    private ValueTask<string> TokenAsync(CancellationToken cancellation) =>
        _options.Credentials?.GetTokenAsync(_audience, cancellation) ?? ValueTask.FromResult("");

    private HttpRequestMessage CreateRequest(
        string path, IMessage message, string token, TimeSpan? timeout,
        IReadOnlyList<KeyValuePair<string, string>>? extraHeaders)
    {
        var content = new GrpcRequestContent(message, _options.CompressRequestsFromBytes);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        var headers = request.Headers;
        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation(GrpcHeaderNames.AcceptEncoding, GrpcHeaderNames.AcceptedEncodings);
        if (content.IsCompressed) headers.TryAddWithoutValidation(GrpcHeaderNames.Encoding, GrpcCompression.Gzip);
        if (timeout is { } limit) headers.TryAddWithoutValidation(GrpcHeaderNames.Timeout, GrpcTimeout.Format(limit));
        if (token.Length > 0) headers.TryAddWithoutValidation("authorization", "Bearer " + token);
        foreach (var (name, value) in extraHeaders ?? []) headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private async ValueTask<GrpcResponseReader> OpenAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (GrpcFailures.OfResponse(response) is { } failure) throw new RpcException(failure);
        // A call that ends at once has its status among the headers ("Trailers-Only").
        if (Header(response.Headers, GrpcHeaderNames.Status) is not null) ThrowIfFailed(ReadStatus(response));
        var body = await response.Content.ReadAsStreamAsync(cancellation);
        return new GrpcResponseReader(
            body, Header(response.Headers, GrpcHeaderNames.Encoding), _options.MaxReceiveMessageBytes);
    }

    private static RpcStatus ReadStatus(HttpResponseMessage response)
    {
        var headers = Header(response.Headers, GrpcHeaderNames.Status) is null
            ? response.TrailingHeaders
            : response.Headers;
        return RpcStatusCodec.Read(
            Header(headers, GrpcHeaderNames.Status),
            Header(headers, GrpcHeaderNames.Message),
            Header(headers, GrpcHeaderNames.StatusDetails));
    }

    private static string? Header(System.Net.Http.Headers.HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static void ThrowIfFailed(RpcStatus status)
    {
        if (!status.IsOk) throw new RpcException(status);
    }

    private static RpcException Broken(string what) =>
        new(new RpcStatus(GrpcStatusCode.Internal, $"The node answered with {what} where one is due."));

    private static ValueTask<T> GuardAsync<T>(ValueTask<T> step, GrpcDeadline deadline) =>
        step.IsCompletedSuccessfully ? step : WaitAsync(step, deadline);

    private static async ValueTask<T> WaitAsync<T>(ValueTask<T> step, GrpcDeadline deadline)
    {
        try
        {
            return await step;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            throw GrpcFailures.Translate(e, deadline);
        }
    }
}
