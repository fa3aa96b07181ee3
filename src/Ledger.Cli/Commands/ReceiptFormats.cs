using System.CommandLine;
using Ledger.Client;
using Ledger.Core.Portable;
using Ledger.Core.Receipts;

namespace Ledger.Cli.Commands;

/// <summary>The forms in which commands write receipts.</summary>
internal static class ReceiptFormats
{
    public static Option<string?> Option()
    {
        var option = new Option<string?>("--format")
        {
            Description = "json (the default), binary, cose (COSE receipts, RFC 9942) or tlog (C2SP tlog-proof). The "
                + "last two ask a quorum of the validators: --endpoint must name them.",
            HelpName = "form",
        };
        option.AcceptOnlyFromAmong("json", "binary", "cose", "tlog");
        return option;
    }

    public static ReceiptForm Of(string? format, bool binary) => format switch
    {
        null => binary ? ReceiptForm.Binary : ReceiptForm.Json,
        _ when binary && format != "binary" =>
            throw new CliException(ExitCodes.Usage, $"--binary and --format {format} contradict each other"),
        "binary" => ReceiptForm.Binary,
        "cose" => ReceiptForm.Cose,
        "tlog" => ReceiptForm.TlogProof,
        _ => ReceiptForm.Json,
    };

    public static bool IsText(ReceiptForm form) => form is ReceiptForm.Json or ReceiptForm.TlogProof;

    /// <summary>Writes a receipt; asks validators for signatures where the form needs some.</summary>
    public static async Task<byte[]> WriteAsync(
        LedgerClient client, Receipt receipt, ReceiptForm form, CancellationToken cancellation) => form switch
    {
        ReceiptForm.Cose =>
            CoseReceipts.Encode(await client.AttestAsync(receipt, AttestationForm.Cose, cancellation)),
        ReceiptForm.TlogProof =>
            TlogProof.Write(await client.AttestAsync(receipt, AttestationForm.Note, cancellation)),
        _ => Write(receipt, form),
    };

    /// <summary>Writes a receipt in one of our own forms.</summary>
    public static byte[] Write(Receipt receipt, ReceiptForm form) =>
        form == ReceiptForm.Binary ? receipt.Encode() : ReceiptJson.Write(receipt);
}
