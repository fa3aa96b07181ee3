namespace Ledger.Cli;

/// <summary>Media types (RFC 6838) of common files, by their names' endings.</summary>
internal static class MediaTypes
{
    /// <summary>The media type of a file; empty when the ending says nothing.</summary>
    public static string OfFile(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PDF" => "application/pdf",
        ".JSON" => "application/json",
        ".XML" => "application/xml",
        ".CSV" => "text/csv",
        ".TXT" => "text/plain",
        ".HTML" or ".HTM" => "text/html",
        ".PNG" => "image/png",
        ".JPG" or ".JPEG" => "image/jpeg",
        ".ZIP" => "application/zip",
        ".GZ" => "application/gzip",
        ".PARQUET" => "application/vnd.apache.parquet",
        ".XLSX" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".DOCX" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ => "",
    };
}
