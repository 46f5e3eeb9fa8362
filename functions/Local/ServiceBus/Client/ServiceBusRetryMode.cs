namespace Marquee.Local.ServiceBus;

/// <summary>How the pause between two tries grows.</summary>
public enum ServiceBusRetryMode
{
    /// <summary>Every pause is <see cref="ServiceBusRetryOptions.Delay"/>.</summary>
    Fixed = 0,

    /// <summary>Each pause is twice the one before, up to <see cref="ServiceBusRetryOptions.MaxDelay"/>.</summary>
    Exponential = 1,
}
