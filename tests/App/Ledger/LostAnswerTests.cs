using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Marquee.App.Storage;
using Marquee.App.Tests.Running;

namespace Marquee.App.Tests.Ledger;

/// <summary>A line on which transactions go through and their answers do not come back.</summary>
public sealed class LostAnswerTests(Azurite azurite) : LedgerTest(azurite)
{
    private readonly Azurite _azurite = azurite;

    [Fact]
    public async Task A_group_whose_answer_was_lost_is_booked_once()
    {
        using var line = new ForgetfulLine();
        var store = Over(line, retries: 3);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => store.PostAsync(Id, Tip($"before/{i}"), Stop)));
        (line.Forget, line.Least) = (1, 20_000);
        await Task.WhenAll(Enumerable.Range(0, 90).Select(i => store.PostAsync(Id, Tip($"tip/{i}"), Stop)));

        Assert.Equal(0, line.Forget);
        Assert.Equal(100, (await ProvenAsync()).Count);
    }

    [Fact]
    public async Task A_caller_who_is_told_of_the_loss_asks_again_and_nothing_is_booked_twice()
    {
        using var line = new ForgetfulLine { Forget = 1 };
        var store = Over(line, retries: 0);
        await Assert.ThrowsAnyAsync<Azure.RequestFailedException>(() => store.PostAsync(Id, Tip("tip/1"), Stop));

        Assert.False(await store.PostAsync(Id, Tip("tip/1"), Stop));
        Assert.True(await store.PostAsync(Id, Tip("tip/2"), Stop));
        Assert.Equal(2, (await ProvenAsync()).Count);
    }

    private LedgerStore Over(ForgetfulLine line, int retries) => new(
        new MarqueeTables(new TableServiceClient(
            _azurite.ConnectionString,
            new TableClientOptions
            {
                Transport = new HttpClientTransport(line),
                Retry = { MaxRetries = retries, Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) },
            })),
        TimeProvider.System);

    private sealed class ForgetfulLine() : DelegatingHandler(new SocketsHttpHandler())
    {
        /// <summary>How many more answers to transactions get lost.</summary>
        public int Forget { get; set; }

        /// <summary>Transactions of fewer bytes keep their answers: only groups do not.</summary>
        public long Least { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (Forget == 0 || !request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal) || request.Content!.Headers.ContentLength < Least) return answer;
            if ((await answer.Content.ReadAsStringAsync(cancellationToken)).Contains("odata.error", StringComparison.Ordinal)) return answer;
            Forget--;
            answer.Dispose();
            throw new HttpRequestException("The line went down.");
        }
    }
}
