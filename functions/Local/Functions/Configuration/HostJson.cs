using System.Text.Json;

namespace Marquee.Local.Functions.Configuration;

/// <summary>Reads host.json. What it does not know, or cannot mean, is an error that names the key.</summary>
internal static class HostJson
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Known to the service and without meaning on one machine.</summary>
    private static readonly string[] WithoutMeaningHere =
    [
        "$schema", "aggregator", "applicationInsights", "concurrency", "extensionBundle", "healthMonitor", "singleton", "telemetryMode",
        "sendCanceledInvocationsToWorker", "watchDirectories", "watchFiles", "managedDependency",
    ];

    /// <exception cref="FunctionWorkerException">The file is not JSON, or a key is unknown or has an impossible value.</exception>
    public static HostSettings Parse(string text)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text, Lenient);
        }
        catch (JsonException e)
        {
            throw new FunctionWorkerException($"host.json is not JSON: {e.Message}", e);
        }

        using (document)
        {
            var root = new JsonSection("", document.RootElement);
            if (root.Text("version", "") is var version && version != "2.0")
                throw root.Invalid("version", $"must be \"2.0\", and is \"{version}\"");
            root.Ignore(WithoutMeaningHere);

            var logging = root.Section("logging");
            logging.Ignore("applicationInsights", "fileLoggingMode", "console");
            var levels = logging.Section("logLevel").TextValues();
            logging.Close();

            var extensions = root.Section("extensions");
            var settings = new HostSettings
            {
                FunctionTimeout = root.Duration("functionTimeout"),
                LogLevels = levels,
                Http = ReadHttp(extensions.Section("http")),
                ServiceBus = ReadServiceBus(extensions.Section("serviceBus")),
                DurableTask = ReadDurableTask(extensions.Section("durableTask")),
                Retry = ReadRetry(root.Section("retry")),
            };
            extensions.Close();
            root.Close();
            return settings;
        }
    }

    private static HttpSettings ReadHttp(JsonSection section)
    {
        section.Ignore("dynamicThrottlesEnabled", "hsts");
        var settings = new HttpSettings(
            section.Text("routePrefix", "api").Trim('/'),
            section.Bound("maxConcurrentRequests"),
            section.Bound("maxOutstandingRequests"),
            section.Section("customHeaders").TextValues());
        if (settings.MaxOutstandingRequests < settings.MaxConcurrentRequests)
            throw section.Invalid("maxOutstandingRequests", "must not be below maxConcurrentRequests");
        section.Close();
        return settings;
    }

    private static ServiceBusSettings ReadServiceBus(JsonSection section)
    {
        section.Ignore(
            "clientRetryOptions", "transportType", "webProxy", "minMessageBatchSize", "maxBatchWaitTime", "maxConcurrentCallsPerSession");
        if (section.Flag("enableCrossEntityTransactions", false))
            throw section.Invalid("enableCrossEntityTransactions", "is not offered by the local broker");
        var settings = new ServiceBusSettings(
            section.Number("prefetchCount", 0, 0, 5000),
            section.Flag("autoCompleteMessages", true),
            section.Number("maxConcurrentCalls", 16, 1, 1000),
            section.Number("maxConcurrentSessions", 8, 1, 2000),
            section.Number("maxMessageBatchSize", 1000, 1, 4500),
            section.Duration("maxAutoLockRenewalDuration") ?? TimeSpan.FromMinutes(5),
            section.Duration("sessionIdleTimeout") ?? TimeSpan.FromMinutes(1));
        section.Close();
        return settings;
    }

    private static DurableSettings ReadDurableTask(JsonSection section)
    {
        section.Ignore(
            "storageProvider", "tracing", "notifications", "extendedSessionsEnabled", "extendedSessionIdleTimeoutInSeconds", "useAppLease",
            "useGracefulShutdown", "maxEntityOperationBatchSize", "maxConcurrentEntityFunctions", "defaultVersion", "versionMatchStrategy",
            "versionFailureStrategy", "maxGrpcMessageSizeInBytes");
        var settings = new DurableSettings(
            section.Text("hubName", "DurableFunctionsHub"),
            section.Number("maxConcurrentActivityFunctions", 10, 1, 1000),
            section.Number("maxConcurrentOrchestratorFunctions", 10, 1, 1000));
        section.Close();
        return settings;
    }

    private static InvocationRetry? ReadRetry(JsonSection section)
    {
        if (!section.Exists)
            return null;
        var count = section.Number("maxRetryCount", 0, -1, int.MaxValue);
        var retry = section.Text("strategy", "") switch
        {
            "fixedDelay" => InvocationRetry.Fixed(count, Required("delayInterval")),
            "exponentialBackoff" => InvocationRetry.Exponential(count, Required("minimumInterval"), Required("maximumInterval")),
            var other => throw section.Invalid("strategy", $"must be fixedDelay or exponentialBackoff, and is \"{other}\""),
        };
        section.Close();
        return retry;

        TimeSpan Required(string key) => section.Duration(key) ?? throw section.Invalid(key, "is needed by this strategy");
    }
}
