namespace Marquee.Local.Platform.Demo;

/// <summary>The steps of the demo, in order.</summary>
internal enum DemoStep
{
    Preparing,
    Announcing,
    Opening,
    SellingBefore,
    SellingOffline,
    Forwarding,
    SellingAfter,
    Wrapping,
    Settling,
}
