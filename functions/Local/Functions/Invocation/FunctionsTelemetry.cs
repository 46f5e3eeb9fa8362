using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Marquee.Local.Functions.Invocation;

/// <summary>Traces and metrics of invocations, named after OpenTelemetry's conventions for functions as a service.</summary>
internal static class FunctionsTelemetry
{
    public const string Name = "Marquee.Local.Functions";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>(
        "faas.invoke_duration", "s", "Duration of an invocation");
    private static readonly Counter<long> Errors = Meter.CreateCounter<long>(
        "faas.errors", "{error}", "Invocations that ended with an exception");

    public static Activity? Start(FunctionDescriptor function, string invocationId)
    {
        var activity = Source.StartActivity(function.Name, ActivityKind.Server);
        activity?.SetTag("faas.name", function.Name)
            .SetTag("faas.trigger", TriggerName(function))
            .SetTag("faas.invocation_id", invocationId);
        return activity;
    }

    public static void Record(FunctionDescriptor function, TimeSpan duration, bool failed)
    {
        var tags = new TagList { { "faas.name", function.Name }, { "faas.trigger", TriggerName(function) } };
        Durations.Record(duration.TotalSeconds, tags);
        if (failed)
            Errors.Add(1, tags);
    }

    private static string TriggerName(FunctionDescriptor function) => function.Trigger switch
    {
        HttpTriggerAttribute => "http",
        TimerTriggerAttribute => "timer",
        ServiceBusTriggerAttribute => "pubsub",
        _ => "other",
    };
}
