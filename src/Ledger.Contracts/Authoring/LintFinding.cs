namespace Ledger.Contracts.Authoring;

/// <summary>Something that a rule found in an author's file; line and column from 1.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line.</param>
/// <param name="Column">The column.</param>
/// <param name="Rule">The rule: <c>non-determinism</c>, <c>float-near-money</c>, <c>unknown-ctx</c>, …</param>
/// <param name="IsError">Whether the contract must not be deployed like that; otherwise the author may know
/// better.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record LintFinding(string File, int Line, int Column, string Rule, bool IsError, string Message);
