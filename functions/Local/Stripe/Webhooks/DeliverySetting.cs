namespace Marquee.Local.Stripe.Webhooks;

/// <param name="Paused">Nothing is sent; deliveries pile up.</param>
/// <param name="Duplicate">Every delivery that succeeded is sent a second time.</param>
/// <param name="Reverse">Of what waits, the newest goes first.</param>
/// <param name="HoldEverySecondMs">Every second delivery is held back this long, so that it is overtaken. 0 turns it off.</param>
internal sealed record DeliverySetting(bool Paused = false, bool Duplicate = false, bool Reverse = false, int HoldEverySecondMs = 0);
