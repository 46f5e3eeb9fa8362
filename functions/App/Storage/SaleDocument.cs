using System.Text.Json.Serialization;
using Marquee.Domain.Contracts;

namespace Marquee.App.Storage;

/// <summary>Where a sale's money is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SaleState>))]
public enum SaleState
{
    /// <summary>The processor has captured it.</summary>
    Captured,

    /// <summary>Approved offline and not forwarded yet: at risk.</summary>
    Outstanding,

    /// <summary>Approved offline and declined when forwarded: a debt.</summary>
    Declined,
}

/// <summary>A sale as the cloud knows it.</summary>
public sealed record SaleDocument(string PopId, SaleApproved Sale, SaleState State, ProcessorReceipt? Receipt);
