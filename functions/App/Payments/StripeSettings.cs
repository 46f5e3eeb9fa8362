using System.ComponentModel.DataAnnotations;

namespace Marquee.App.Payments;

/// <summary>Configuration section <c>Stripe</c>.</summary>
public sealed class StripeSettings
{
    public const string Section = "Stripe";

    /// <summary>A restricted key with the rights that this app needs: accounts, transfers, payouts, balance.</summary>
    [Required]
    public string ApiKey { get; set; } = "";

    /// <summary>Left out in production; elsewhere a server that speaks the same API.</summary>
    public Uri? ApiBase { get; set; }

    [Required]
    public string WebhookSecret { get; set; } = "";
}
