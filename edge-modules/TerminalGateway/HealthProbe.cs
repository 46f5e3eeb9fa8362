using Marquee.TerminalGateway.Hardening;

namespace Marquee.TerminalGateway;

/// <summary>The container's health check: the same program asks the one that runs, for the image holds nothing else that could.</summary>
internal static class HealthProbe
{
    public const string Argument = "healthy?";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>0 when the till at <c>ASPNETCORE_URLS</c> can keep its journal, else 1.</summary>
    public static async Task<int> AskAsync()
    {
        var till = new Uri(Environment.GetEnvironmentVariable("ASPNETCORE_URLS") ?? "http://127.0.0.1:7210");
        using var limit = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            using var client = new Egress([new EgressDestination(till)]).CreateClient(Patience);
            using var answer = await client.GetAsync(new Uri(till, "healthz"), limit.Token).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return 1;
        }
    }
}
