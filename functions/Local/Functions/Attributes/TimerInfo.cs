namespace Marquee.Local.Functions;

/// <summary>What a timer function is told about its run.</summary>
public class TimerInfo
{
    /// <summary>The remembered schedule; absent when it is not monitored.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>The run was due while nobody was there to start it.</summary>
    public bool IsPastDue { get; set; }
}
