using Marquee.Local.Functions.Extensions.Abstractions;

namespace Marquee.Local.Functions;

/// <summary>Starts the function on a schedule: six-field NCRONTAB, a time span, or <c>%Setting%</c> that holds one.</summary>
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    public string Schedule { get; } = schedule;

    /// <summary>Whether the schedule is remembered across restarts, so that a missed run is made up. Off below one minute.</summary>
    public bool UseMonitor { get; set; } = true;

    public bool RunOnStartup { get; set; }
}
