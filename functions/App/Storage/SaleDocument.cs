using System.Text.Json.Serialization;
using Marquee.Domain.Contracts;
using Marquee.Domain.Sales;

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

    /// <summary>Approved offline and taken back before it was forwarded.</summary>
    Voided,

    /// <summary>A debt that nobody will pay.</summary>
    WrittenOff,
}

/// <summary>A sale as the cloud knows it.</summary>
public sealed record SaleDocument(string PopId, SaleApproved Sale, SaleState State, ProcessorReceipt? Receipt)
{
    /// <summary>What its refunds have left of it; null while there are none.</summary>
    public SaleRemainder? Left { get; init; }
}
