using System.Globalization;
using System.Text;
using QRCoder;

namespace Ledger.Client.Portable;

/// <summary>A QR code as an SVG element: one path, no script, no reference to anything.</summary>
internal static class QrSvg
{
    public static string Of(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        var path = new StringBuilder();
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < rows[y].Count; x++)
            {
                if (rows[y][x]) path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
            }
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {rows.Count} {rows.Count}\" "
            + $"shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"QR\"><path fill=\"#fff\" "
            + $"d=\"M0 0h{rows.Count}v{rows.Count}h-{rows.Count}z\"/><path fill=\"#000\" d=\"{path}\"/></svg>");
    }
}
