/** The version of Tripline, as it stands in package.json and in every alert. */
export const version = '1.0.0'
