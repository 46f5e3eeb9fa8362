using Marquee.Local.Functions.Configuration;

namespace Marquee.Local.Functions.Tests.Configuration;

public sealed class HostJsonTests
{
    [Fact]
    public void What_is_unsaid_has_the_services_defaults()
    {
        var settings = HostJson.Parse("""{ "version": "2.0" }""");
        Assert.Equal("api", settings.Http.RoutePrefix);
        Assert.Null(settings.Http.MaxOutstandingRequests);
        Assert.Equal(16, settings.ServiceBus.MaxConcurrentCalls);
        Assert.Equal(8, settings.ServiceBus.MaxConcurrentSessions);
        Assert.True(settings.ServiceBus.AutoCompleteMessages);
        Assert.Equal(TimeSpan.FromMinutes(5), settings.ServiceBus.MaxAutoLockRenewalDuration);
        Assert.Null(settings.FunctionTimeout);
        Assert.Null(settings.Retry);
    }

    [Fact]
    public void The_apps_own_host_json_is_understood()
    {
        var settings = HostJson.Parse(File.ReadAllText(RootFile("host.json")));
        Assert.Equal("", settings.Http.RoutePrefix);
        Assert.Equal("Marquee", settings.DurableTask.HubName);
        Assert.Equal("Warning", settings.LogLevels["Azure.Core"]);
    }

    [Theory]
    [InlineData("""{ }""", "version")]
    [InlineData("""{ "version": "1.0" }""", "version")]
    [InlineData("""{ "version": "2.0", "functionTimout": "00:05:00" }""", "functionTimout")]
    [InlineData("""{ "version": "2.0", "functionTimeout": "five" }""", "functionTimeout")]
    [InlineData(
        """{ "version": "2.0", "extensions": { "http": { "maxConcurrentRequests": 0 } } }""", "extensions.http.maxConcurrentRequests")]
    [InlineData(
        """{ "version": "2.0", "extensions": { "http": { "maxConcurrentRequests": "9" } } }""", "extensions.http.maxConcurrentRequests")]
    [InlineData(
        """{ "version": "2.0", "extensions": { "http": { "maxConcurrentRequests": 9, "maxOutstandingRequests": 8 } } }""",
        "extensions.http.maxOutstandingRequests")]
    [InlineData("""{ "version": "2.0", "extensions": { "serviceBus": { "prefetch": 1 } } }""", "extensions.serviceBus.prefetch")]
    [InlineData(
        """{ "version": "2.0", "extensions": { "serviceBus": { "maxConcurrentSessions": 0 } } }""",
        "extensions.serviceBus.maxConcurrentSessions")]
    [InlineData("""{ "version": "2.0", "extensions": { "durableTask": { "hubName": 5 } } }""", "extensions.durableTask.hubName")]
    [InlineData("""{ "version": "2.0", "extensions": { "kafka": { } } }""", "extensions.kafka")]
    [InlineData("""{ "version": "2.0", "extensions": [] }""", "extensions")]
    [InlineData("""{ "version": "2.0", "retry": { "strategy": "hope", "maxRetryCount": 1 } }""", "retry.strategy")]
    [InlineData("""{ "version": "2.0", "retry": { "strategy": "fixedDelay", "maxRetryCount": 1 } }""", "retry.delayInterval")]
    [InlineData("""not json""", "host.json is not JSON")]
    public void What_is_unknown_or_impossible_is_refused_by_name(string json, string key)
    {
        var error = Assert.Throws<FunctionWorkerException>(() => HostJson.Parse(json));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
    }

    private static string RootFile(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Serverless.sln")))
            folder = folder.Parent;
        return Path.Combine(folder.FullName, name);
    }
}
