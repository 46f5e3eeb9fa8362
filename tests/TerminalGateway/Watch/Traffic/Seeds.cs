namespace Marquee.TerminalGateway.Tests.Watch.Traffic;

/// <summary>
/// Thresholds were set on the training seeds. The held-out ones had not been run before the thresholds stood, and no threshold has been set since.
/// </summary>
internal static class Seeds
{
    public const int FirstTraining = 1;
    public const int FirstHeldOut = 900_001;
}
