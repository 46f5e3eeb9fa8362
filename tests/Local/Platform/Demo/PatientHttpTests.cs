using System.Net;
using System.Net.Sockets;
using System.Text;
using Marquee.Local.Platform.Demo;

namespace Marquee.Local.Platform.Tests.Demo;

public sealed class PatientHttpTests
{
    /// <summary>Stands for the network: answers in turn, an exception for a connection that fails.</summary>
    private sealed class Network(params object[] answers) : HttpMessageHandler
    {
        public int Asked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answers[Asked++] switch
        {
            Exception failure => Task.FromException<HttpResponseMessage>(failure),
            (HttpStatusCode status, string body) => Task.FromResult(
                new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/problem+json") }),
            var other => throw new InvalidOperationException($"No answer in {other}."),
        };
    }

    [Fact]
    public async Task A_request_is_repeated_until_a_process_that_was_away_answers()
    {
        var network = new Network(
            new HttpRequestException("refused"),
            new SocketException((int)SocketError.NotConnected), // reset before its first use: HttpClient does not wrap that one
            new TaskCanceledException("timed out"),
            (HttpStatusCode.ServiceUnavailable, "{}"),
            (HttpStatusCode.TooManyRequests, "{}"),
            (HttpStatusCode.OK, """{"done":true}"""));

        var answer = await SendAsync(network);

        Assert.True(answer.IsSuccess);
        Assert.True(answer.Body.GetProperty("done").GetBoolean());
        Assert.Equal(6, network.Asked);
    }

    [Fact]
    public async Task A_refusal_is_an_answer_and_is_not_repeated()
    {
        var network = new Network((HttpStatusCode.Conflict, """{"code":"illegal_transition"}"""));

        var answer = await SendAsync(network);

        Assert.Equal("illegal_transition", answer.Code);
        Assert.Equal(1, network.Asked);
    }

    [Fact]
    public async Task A_caller_who_leaves_is_let_go()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SendAsync(new Network(new HttpRequestException("refused")), left.Token));
    }

    private static async Task<Answer> SendAsync(Network network, CancellationToken? token = null)
    {
        using var http = new HttpClient(network) { BaseAddress = new Uri("http://127.0.0.1:1/") };
        return await new PatientHttp(http, TimeProvider.System).SendAsync(HttpMethod.Post, "x", new { a = 1 }, token ?? TestContext.Current.CancellationToken);
    }
}
